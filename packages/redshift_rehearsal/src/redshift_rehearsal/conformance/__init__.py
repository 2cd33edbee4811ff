"""How far the stand-in can be trusted with SQL that was not written for it: the command `conformance`.

Public collections of Redshift SQL are fetched, run statement by statement, and counted. Kept here are only their
addresses, and the digests of the statements that AWS's documentation says are wrong.
"""
