"""Fixed words of every questionnaire in six languages: they go into files of any language at once, so that
they stand here together and not in the catalogues.
"""

from collections.abc import Mapping

from chemsec.kernel.questionnaire import EVIDENCE, TARGET, WEIGHT

Said = Mapping[str, str]

ASPECT_LABELS: Mapping[str, Said] = {
    TARGET: {
        "en": "Which level do you want to reach in the next three years?",
        "fr": "Quel niveau voulez-vous atteindre dans les trois prochaines années\u00a0?",
        "es": "¿Qué nivel quiere alcanzar en los próximos tres años?",
        "ru": "Какого уровня вы хотите достичь в ближайшие три года?",
        "ar": "ما المستوى الذي تريدون بلوغه في السنوات الثلاث المقبلة؟",
        "zh-hans": "今后三年内希望达到哪个级别？",
    },
    WEIGHT: {
        "en": "How important is this for your country?",
        "fr": "Quelle importance cela a-t-il pour votre pays\u00a0?",
        "es": "¿Qué importancia tiene esto para su país?",
        "ru": "Насколько это важно для вашей страны?",
        "ar": "ما أهمية ذلك لبلدكم؟",
        "zh-hans": "这对贵国有多重要？",
    },
    EVIDENCE: {
        "en": "What shows it?",
        "fr": "Qu'est-ce qui le montre\u00a0?",
        "es": "¿Qué lo demuestra?",
        "ru": "Чем это подтверждается?",
        "ar": "ما الذي يثبت ذلك؟",
        "zh-hans": "有何佐证？",
    },
}
CHECK_LABELS: Mapping[str, Said] = {
    "yes": {"en": "Yes", "fr": "Oui", "es": "Sí", "ru": "Да", "ar": "نعم", "zh-hans": "是"},
    "partly": {
        "en": "Partly",
        "fr": "En partie",
        "es": "En parte",
        "ru": "Частично",
        "ar": "جزئيا",
        "zh-hans": "部分",
    },
    "no": {"en": "No", "fr": "Non", "es": "No", "ru": "Нет", "ar": "لا", "zh-hans": "否"},
}
IMPORTANCE_LABELS: Mapping[str, Said] = {
    "1": {
        "en": "1: hardly",
        "fr": "1\u00a0: à peine",
        "es": "1: apenas",
        "ru": "1: почти не важно",
        "ar": "1: يكاد لا يكون مهما",
        "zh-hans": "1：几乎不重要",
    },
    "2": {
        "en": "2: a little",
        "fr": "2\u00a0: un peu",
        "es": "2: un poco",
        "ru": "2: немного важно",
        "ar": "2: مهم قليلا",
        "zh-hans": "2：略为重要",
    },
    "3": {
        "en": "3: important",
        "fr": "3\u00a0: important",
        "es": "3: importante",
        "ru": "3: важно",
        "ar": "3: مهم",
        "zh-hans": "3：重要",
    },
    "4": {
        "en": "4: very important",
        "fr": "4\u00a0: très important",
        "es": "4: muy importante",
        "ru": "4: очень важно",
        "ar": "4: مهم جدا",
        "zh-hans": "4：非常重要",
    },
    "5": {
        "en": "5: comes first",
        "fr": "5\u00a0: passe en premier",
        "es": "5: es lo primero",
        "ru": "5: первоочередное",
        "ar": "5: له الأولوية",
        "zh-hans": "5：首要",
    },
}
