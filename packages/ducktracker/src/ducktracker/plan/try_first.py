"""What `behavior.hazards = "refuse"` has migrate do first: try what is pending on a branch, and look at the hazards."""

from collections.abc import Callable

from dt_config.config import Config
from dt_contract.plan import PlanDocument
from ducktracker.migrate.hazard_policy import refuse_hazards
from ducktracker.migrate.migrate_options import MigrateOptions
from ducktracker.migrate.plan_file import failure
from ducktracker.plan.plan import PlanOptions, plan


def try_first(config: Config, options: MigrateOptions, notify: Callable[[str], None]) -> PlanDocument:
    """Return the plan of what is pending. `notify` tells that the lake is waited for.

    Raises Refused for a hazard that neither the options nor the migration itself allows, MigrationFailed for a plan
    that fails, and what `plan` does.
    """
    asked = PlanOptions(
        target=options.target,
        mode=options.mode,
        new_history=options.new_history,
        lock_timeout=options.lock_timeout,
        show_values=True,
    )
    tried = plan(config, asked, notify_wait=notify)
    failed = failure(tried)
    if failed:
        raise failed
    refuse_hazards(tried, options.allow)
    return tried
