"""The frame of the command `hookproof`.

What may live here: the root command with its table of names, how a command is declared, how an
answer is printed, and the one place where an error becomes a sentence and an exit code. What may
not: a command of its own; a group is imported when it is called, so that `--help` stays quick and the
sender and the receiver stay strangers.
"""

from ..terminal import printable as printable
from .declaring import command as command
from .declaring import json_option as json_option
from .exit_codes import Exit as Exit
from .given_headers import given_headers as given_headers
from .main import main as main
from .on_record import pages_of as pages_of
from .on_record import refuse_unknown_ids as refuse_unknown_ids
from .on_record import some_at_a_time as some_at_a_time
from .on_record import time_options as time_options
from .printing import answer as answer
from .printing import answer_json as answer_json
from .printing import note as note
from .request import Given as Given
from .request import body_option as body_option
from .request import judging_options as judging_options
from .request import parse_headers as parse_headers
from .request import read_body as read_body
from .request import read_request as read_request
from .request import request_options as request_options
from .request import scheme_option as scheme_option
from .secrets import needed_secret as needed_secret
from .secrets import one_secret as one_secret
from .secrets import ring_of as ring_of
from .secrets import ring_options as ring_options
from .secrets import secret_options as secret_options
from .secrets import secrets_at as secrets_at
from .settings_file import config_option as config_option
from .settings_file import settings_of as settings_of
from .spans import clock_time as clock_time
from .spans import due as due
from .spans import span as span
from .types import DURATION as DURATION
from .types import MOMENT as MOMENT
from .types import SIZE as SIZE
from .types import TEXT as TEXT
from .types import TIME as TIME
