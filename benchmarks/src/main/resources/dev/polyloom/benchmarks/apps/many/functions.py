"""Many functions in one file, of which most are never asked."""

import polyloom

app = polyloom.App("many-@NUMBER@")

