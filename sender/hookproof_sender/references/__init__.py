"""References to a plan's metadata: `{{$plan.name}}`, `{{$http_zj.response.json.items[0].id}}`.

What may live here: their grammar, looking up what they name, and writing it into a text. It is pure.
What may not: where such a text stands (`tasks` knows), and where the metadata come from (`plans`).

The platform renders with nunjucks. Of that, this is the part in which nothing runs: a path, and a
filter or two. What nunjucks would run or leave out (`{{name}}`, a call, a sum, `{% … %}`, `{# … #}`)
is refused.
"""

from .alone import alone as alone
from .alone import new_run_id as new_run_id
from .grammar import holds_references as holds_references
from .grammar import parse as parse
from .names import doubt as doubt
from .names import known_names as known_names
from .problems import BadReference as BadReference
from .reference import Metadata as Metadata
from .reference import Reference as Reference
from .template import Escape as Escape
from .template import Rendered as Rendered
from .template import Template as Template
from .template import Unknown as Unknown
