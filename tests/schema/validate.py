"""Checks a JSON file against a schema: validate.py FILE.json SCHEMA.json [FILE.json SCHEMA.json ...]

Says where each error is, and exits 1 if there is one. A schema that is no valid schema is an error.
"""

import json
import sys

import jsonschema


def errors_of(path, schema_path):
    with open(path) as file:
        instance = json.load(file)
    with open(schema_path) as file:
        schema = json.load(file)
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    for error in sorted(validator(schema).iter_errors(instance), key=str):
        place = "/".join(map(str, error.absolute_path)) or "the whole"
        yield f"{path}: {place}: {error.message}"


def main(arguments):
    if not arguments or len(arguments) % 2 != 0:
        sys.exit(__doc__)
    errors = [error for path, schema in zip(arguments[::2], arguments[1::2])
              for error in errors_of(path, schema)]
    for error in errors:
        print(error, file=sys.stderr)
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
