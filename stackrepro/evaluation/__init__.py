"""The measuring room: Inception features and distances, measures of pixels, and the protocols that fix their use."""
