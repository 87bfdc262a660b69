"""What is well and what is not, as findings: of a database's file, and of whatever else has a table.

What may live here: what a finding is, how a table of named checks is gone through, and the checks that
a database's file can be put to by either program. What may not: a change of what is looked at, a table
of either program, and how a finding is printed.
"""
