"""How labs/ and every .ipynb are made from solutions/NN_name.py: `python -m tools.build`."""
