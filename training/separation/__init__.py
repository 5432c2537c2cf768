"""How our own separator is made: data, network, training, examination, export."""
