"""The fault desk: a server for people who test senders. The path names what it does wrong.

What may live here: the grammar of paths, the faults, and a socket server that plays them. What may
not: signatures, the inbox, any web server (none can reset a connection or lie about a length) and
any library but Python's own.

A path is a script of faults with commas between, one a request, the last one for all further ones:
`/503,503,204`. Every fault ends within a minute, or when the peer closes its side.

    /STATUS
        answers 200 to 999, with a short body
    /delay/SPAN[/FAULT]
        waits (2s, 500ms, at most 60s), then 200, or any other
    /100-continue[/FAULT]
        three answers 100 and a 103, then 200, or any other
    /retry-after/VALUE[/STATUS]
        503, or another, with this value of Retry-After
    /redirect/3XX/to/PATH
        to another path here, or a URL (/ is %2F, a comma %2C)
    /early[/STATUS]
        413, or another, before the body is read
    /twice[/STATUS]
        200, then 500, or another, that nobody asked for
    /stale[/STATUS]
        200, or another, then closes without a word
    /drip/head|body|chunks|100-continue[/SPAN]
        this part in drops, over 40s, or over SPAN
    /endless[/head|line|body|chunks|100-continue]
        this part without an end, as fast as it is taken
    /reset[/mid-request|after-request|mid-head|mid-answer]
        breaks off there (RST)
    /close[/mid-request|after-request|mid-head|mid-answer]
        closes there, in good order
    /silent[/mid-request|after-request|mid-head|mid-answer]
        does nothing more from there on
    /length/short|long|two|signed|and-chunked
        10 bytes said to be 5, 1000, 5 and 10, +10; or chunked too
    /chunks/bad|cut|no-end
        a size that is none, half a chunk, no last chunk
    /header-flood[/NUMBER]
        200 with 10000 header fields, or NUMBER
    /gzip-bomb
        16 KiB that unpack to 16 MiB
    /garbage
        bytes that are no HTTP

Each message goes through a script by itself. It is known by its `X-Http-Task-Guid`; without one, the
same method and body to the same target (query string included) count as the same message. A GUID
that is new continues such a request, the newest included, as the platform sends a first attempt
without it; and then the next request without a GUID begins anew. Where a step of the script does
not read the whole body, all requests without a GUID count as the same message.
"""

from .catalogue import listing as listing
from .desk import AT_ACCEPT as AT_ACCEPT
from .desk import Desk as Desk
from .events import Came as Came
from .events import Ended as Ended
from .events import Event as Event
from .lines import document as document
from .lines import line as line
