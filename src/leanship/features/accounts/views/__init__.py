"""The pages of signing in, of one's own settings, and of running the installation."""

from leanship.features.accounts.views.sign_in import locked_out

__all__ = ["locked_out"]
