"""Open311 GeoReport v2 under /open311/v2/ (the spec at open311.org; cases.md §6.1), JSON and XML.

The services are not a table of ours: they are the matters the register answers for in that place today, each with the
body and the paper behind it. What is served is public; the words of a message only to the key that sent it.
"""
