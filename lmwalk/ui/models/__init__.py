"""The pages Models and Built-in model."""
