"""The platform's own side of a callback: the API that runs a job, over recipes that do real work.

What may live here: `POST /v4/jobGroups` and what belongs to it, as the platform answers; recipes; the
processes they run in. What may not: signatures and the inbox, which this API does not use.

The root calls::

    from .platform.routes import blueprint
    from .platform.service import PlatformService

    service = PlatformService(engine, Tokens(key, clock), output_dir, clock)
    app.register_blueprint(blueprint(service))
    service.start()   # once the schema is there: takes up what an earlier process left
    service.close()   # stops what runs

The output of job group 9 lies in `output_dir/9/`. Those two are not offered here: a worker imports this
room at each start, and needs neither Flask nor the database. A module with recipes of one's own imports
`Flow`, `Run` and `recipe`.
"""

from .declaring import all_recipes as all_recipes
from .declaring import recipe as recipe
from .recipes import RECIPES as RECIPES
from .recipes import Flow as Flow
from .recipes import Recipe as Recipe
from .recipes import Step as Step
from .run import Run as Run
