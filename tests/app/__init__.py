"""A package, so that its tests can import what its conftest defines."""
