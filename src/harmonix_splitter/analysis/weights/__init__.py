"""The fitted numbers of our small models; training/analysis/ makes them."""
