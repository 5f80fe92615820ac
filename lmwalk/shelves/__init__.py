"""What models told of questions, kept from run to run: whoever asks is answered from there first."""
