"""What holds for all tests: no random test may depend on how busy the machine is."""

from hypothesis import HealthCheck, settings

settings.register_profile("busy machine", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")
