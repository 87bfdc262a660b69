"""Whether the receiver is well: asked by a load balancer over HTTP, by people with `hookproof doctor`.

What may live here: the two answers that say so (`/healthz`, `/readyz`), how often the store is tried
for them, and what can be read out of a store without opening it as the receiver does. What may not: a
change of anything that lasts. SQL is in `store` alone, Flask in `routes`.
"""

from .readiness import Readiness as Readiness
from .service import Health as Health
