"""Where the models that ship with Harmonix are made. Not part of the package."""
