"""`hookproof demo`: the main job, end to end, told as a story.

What may live here: the story, the starting of the two programs as processes, and the files that the
story runs on. What may not: anything that pretends; every line that is shown was printed by a program
or came over a socket.
"""

from .command import demo as demo
