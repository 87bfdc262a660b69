"""A scheme of your own: Ghost's, `X-Ghost-Signature: sha256=<hex>, t=<milliseconds>`.

Ghost signs the body and then the time, with nothing between them. Used as any other:

    verifier = Verifier(Ghost(), secrets=os.environ["GHOST_SECRET"])
"""

from hookproof import Secret
from hookproof.headers import Headers
from hookproof.keys import hmac_sha256
from hookproof.schemes import HmacScheme, Mac, Reading, Ring, read_time, write_time
from hookproof.schemes.elements import read_elements

HEADER = "X-Ghost-Signature"


class Ghost(HmacScheme):
    name, headers, identity, unit = "ghost", (HEADER,), "signature", "ms"

    def mac(self, secret: Secret) -> Mac:
        code = hmac_sha256(secret.reveal())
        return lambda time, body: code(body, time)

    def read(self, headers: Headers) -> Reading:
        time, signatures = read_elements(headers, HEADER, "sha256")
        return read_time(time), time.encode(), signatures

    def write(self, body: bytes, ring: Ring, now_ns: int, message_id: str | None) -> dict[str, str]:
        time, (mac, _) = write_time(now_ns, "ms"), ring[0]
        return {HEADER: f"sha256={mac(time.encode(), body)}, t={time}"}
