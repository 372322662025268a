PRICES = {"tea": 3.5, "cake": 4.0}
