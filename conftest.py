"""What every test of the house may use; see tests/fixtures.py."""

pytest_plugins = ("tests.fixtures",)
