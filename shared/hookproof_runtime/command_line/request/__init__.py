"""A request on the command line, as people have one.

What may live here: the options, and one file a format. What may not: judging the request.
"""

from .given import Given as Given
from .options import body_option as body_option
from .options import judging_options as judging_options
from .options import parse_headers as parse_headers
from .options import read_body as read_body
from .options import read_request as read_request
from .options import request_options as request_options
from .options import scheme_option as scheme_option
