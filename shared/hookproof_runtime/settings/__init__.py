"""What can be set in `hookproof.toml`, and how it is read.

What may live here: the shape of each table, units, and the words for what is wrong in a file. What may
not: flags and environment variables (the command line puts those on top), and anything that acts.
"""

from .endpoint import EndpointSettings as EndpointSettings
from .endpoint import SecretReference as SecretReference
from .file import FileProblems as FileProblems
from .file import Problem as Problem
from .file import problems_of as problems_of
from .loading import Settings as Settings
from .loading import load as load
from .loading import parameter_of as parameter_of
from .receiver import ReceiverSettings as ReceiverSettings
from .secrets import secret_of as secret_of
from .sender import SenderSettings as SenderSettings
from .table import Duration as Duration
from .table import Size as Size
from .table import Table as Table
