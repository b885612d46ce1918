"""What a site is, and how a wish becomes a job there."""
