"""How the kernel's properties are tried."""

from hypothesis import settings

# no deadline: the first Chinese text waits for the dictionary
settings.register_profile("kernel", deadline=None)
settings.load_profile("kernel")
