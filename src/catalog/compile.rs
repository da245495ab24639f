//! Compiles an OpenAPI 3.0 document into the catalog's facts.
