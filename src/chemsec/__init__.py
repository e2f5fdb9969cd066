"""The Chemical Security Portal."""

import os

# Before anybody imports numpy. The search multiplies small matrices: with several threads each, processes on
# a busy machine wait for one another twenty times as long as they calculate.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
