"""Plans that the API runs: those of the files that the settings name.

What may live here: which plans there are, the number that a run has in the API, and how it is shown.
What may not: reading a plan, running it and its record, which are the task runner's.

A run has its number before the task runner knows of it, so that nothing runs that no client could ask
for; a number whose run never came about is taken back at the next start.
"""
