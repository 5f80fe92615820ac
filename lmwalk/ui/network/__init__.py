"""Who reaches the dashboard from elsewhere: where it listens, and what every request has to bring."""
