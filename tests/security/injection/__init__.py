"""How good the screen for prompt injections is: measured on public sets, beside other detectors, and told as it is."""
