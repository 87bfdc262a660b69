"""The webhooks of flows: what is sent where when a job has ended, and the test of one.

What may live here: their records, which of them an end calls, what is filled into their bodies, their
table, and the handing over to the task runner. What may not: sending and retrying, which are the task
runner's, and jobs.

The end of a job and the calls that it makes are on record in one transaction; each call is handed over
until the task runner has it on record, under a key that it knows again. So a process may die at any
point, and each call is one message.
"""
