"""What holds for all tests: no random test may depend on how busy the machine is."""

import signal

from hypothesis import HealthCheck, settings

settings.register_profile("busy machine", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

# Whoever runs the tests by nohup would hand on to all commands that SIGHUP is ignored.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
