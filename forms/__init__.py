"""Forms: what a campaign asks, and everything that follows from the definition."""
