"""What came, to look at: each request that was received, whether it was proved or refused.

What may live here: what an id leads to, what is said of a request, and the pages that show it. What may
not: changing anything; and SQL, which is the inbox's and the refusals'.
"""
