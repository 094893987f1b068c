"""What a photo shows: the only modules that know vision models. `scenes` is always there, all others are optional."""
