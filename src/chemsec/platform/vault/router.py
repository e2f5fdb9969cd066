"""Which database holds what: owners' keys have their own, which holds nothing else."""

ALIAS = "keys"


class KeysApart:
    def db_for_read(self, model, **_hints):
        return ALIAS if _is_key(model._meta.app_label, model._meta.model_name) else None

    db_for_write = db_for_read

    def allow_relation(self, one, other, **_hints):
        apart = {_is_key(thing._meta.app_label, thing._meta.model_name) for thing in (one, other)}
        return False if len(apart) > 1 else None

    def allow_migrate(self, db, app_label, model_name=None, **_hints):
        if db == ALIAS:
            return _is_key(app_label, model_name)
        return False if _is_key(app_label, model_name) else None


def _is_key(app_label, model_name) -> bool:
    return app_label == "vault" and (model_name or "").lower() == "ownerkey"
