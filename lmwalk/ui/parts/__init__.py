"""What two pages or more are made of."""
