def handler():
    return {"save": @SAVE@}
