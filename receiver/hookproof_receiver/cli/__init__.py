"""The receiver's commands, a file each.

What may live here: options, what is printed, and the calling of what the other rooms offer.
"""
