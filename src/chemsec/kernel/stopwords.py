"""Words that hold a sentence together, and the words of asking: they say nothing about what is sought."""

STOPWORDS = {
    "en": """a about above after again all also although always am an and any anybody anyone anything are as ask at away
        be because been before being below best between both but by can cannot could did do does doing done don't down
        during each either else enough etc even ever every few find for from further get gets getting give go goes going
        got had has have having he her here hers him his how however i if in into is isn't it its itself just keep let
        like look looking made make makes many may me might mine more most much must my myself near need needs neither
        never next no nobody none nor not nothing now of off often on once one only onto or other others our ours out
        over own per please put rather really same say says see seem several shall she should since so some somebody
        someone something still such take than that the their theirs them themselves then there these they thing things
        this those though through to together too toward towards tell under until up upon us use used very via want wants was
        we well were what when where whether which while who whom whose why will with within without would yes yet you
        your yours i'm i've we've there's what's that's""",
    "fr": """à afin ai aie ainsi alors après as au aucun aucune aussi autour autre autres aux avant avec avez avoir avons
        beaucoup bien car ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez ci comme comment
        contre d dans de déjà depuis des dès deux devant doit doivent dois donc dont du elle elles en encore entre es est
        et étaient était étant être eu eux fait faire faut fois font il ils j je jusque l la là le les leur leurs lors
        lorsque lui m ma mais malgré me même mêmes mes mien moi moins mon n ne ni nos notre nous on ont ou où par parce
        parmi pas pendant peu peut peuvent peux plus plusieurs plutôt pour pourquoi pouvez puis puisque qu quand que quel quelle
        quelles quels quelqu quelque quelques qui quoi s sa sans se sera ses si sien sinon soi soit son sont sous souvent
        suis sur t ta tandis te tel telle tes toi ton tous tout toute toutes très trop tu un une va vers voici voilà vos
        votre vous vont y veut voulons cherche existe existent""",
    "es": """a además ahí ahora al algo alguien algún alguna algunas alguno algunos allí ante antes aquel aquella aquello
        aquí así aun aún aunque bajo bien cada casi como cómo con contra cosa cual cuál cuales cuáles cualquier cuando
        cuándo cuanto cuánto de debe deben debo del demás dentro desde después donde dónde dos durante e el él ella ellas
        ello ellos en entonces entre era eran eres es esa esas ese eso esos esta está están estas este esto estos estoy
        estamos fue fueron ha había haber hace hacen hacer hacia han hasta hay he hemos incluso ir jamás junto la las le les lo los
        luego más me mediante menos mi mí mientras mis mismo misma mismos muchas mucho muchos muy nada nadie ni ningún
        ninguna ninguno no nos nosotros nuestra nuestras nuestro nuestros nunca o os otra otras otro otros para pero poco
        por porque podemos puede pueden puedo pues que qué quien quién quienes quiere quiero se sea según ser si sí sido
        sin sino sirven sobre sois solo sólo somos son soy su sus tal también tampoco tan tanto te tener tenemos tengo
        ti tiene tienen toda todas todavía todo todos tras tu tú tus u un una unas uno unos usted ustedes va van varios
        vez y ya yo existe existen""",
    "ru": """а без более больше будет будут бы был была были было быть в вам вас весь во вот все всё всего всех вы где да
        даже для до другие других его ее её если есть еще ещё же за здесь и из или им их к как какая какие какой каких
        кем ко когда кого которая которые который которых которой кто куда ли либо лишь между меня мне много может можно
        могут мой моя мы на над надо нам нас наш наша наше наши нашей нашего нашему не него нее неё нет ни них но ну
        нужно нужна нужен нужны о об однако он она они оно от очень перед по под после потом потому при про раз с сам
        свой своего свои своей своих себе себя со так также такая такие такой там те тем тех то того тоже той только том
        тот ту тут ты у уже хотя хочет хотим чего чем через что чтобы чья эта эти этим этих это этого этой этом этот эту я
        какую какое каким кому должен должны должна""",
    "ar": """في من إلى على عن مع هذا هذه ذلك تلك هؤلاء الذي التي الذين اللذين ما ماذا ماهي من هو هي هم هن أنا نحن أنت
        أنتم كان كانت يكون تكون كانوا ليس ليست لا لم لن قد لقد إن أن إنه أنه أنها كل بعض أي أية أو أم ثم بل لكن ولكن
        حتى إذا إذ لو كيف متى أين لماذا لمن بين بعد قبل عند عندما عندنا لدينا لدي لديهم لها له لهم لنا لي به بها بهم
        فيه فيها منه منها عليه عليها إليه إليها عنه عنها غير سوى كما كذلك أيضا هل حول خلال دون منذ فقط جدا هناك هنا
        يجب ينبغي يمكن يمكننا يمكنني نريد أريد يريد نحتاج أحتاج مثل كم نفس ذات وهو وهي وما ولا وأن فإن مما الآن يوجد توجد
        وكيف ومن وفي وعلى وماذا ومتى ما هي التى الى علي او ان""",
    "zh-hans": """的 了 和 与 或 及 在 是 有 我 你 您 他 她 它 我们 你们 他们 自己 这 那 这个 那个 这些 那些 哪 哪些 哪个
        哪里 什么 怎么 怎样 如何 怎么办 为何 为什么 吗 呢 吧 啊 呀 的话 就 都 也 还 又 再 很 太 更 最 不 没 没有 不是 会
        能 能够 可以 可 要 应 应该 应当 该 需 需要 必须 想 让 使 把 被 将 给 对 对于 关于 从 到 向 由 于 以 为 为了 因为
        所以 但 但是 而 而且 如果 若 则 并 并且 其 之 所 等 等等 个 一个 一些 一种 各 每 某 谁 多少 几 才 只 只有 请 请问
        有没有 是否 还是 已经 已 着 过 上 下 中 里 内 外 后 前 时 地 得 做 用 去 来 说 看 请教 该怎么办 家 种 些""",
}
