"""Work done in the background, one module a subject; loaded when the app is ready."""
