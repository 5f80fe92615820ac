"""The controls of an experiment that its page, the lists of studies and files share."""
