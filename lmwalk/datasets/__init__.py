"""What pictures and figures are made from: frames of a stored study, read once and extended as rows come."""
