"""The drawings: for each motif the width of its shadow, and shapes in which `$name` is a paint or one of `FIXED`."""

FIXED = {
    "shade": 'fill="#1f1430" fill-opacity=".14"',
    "shine": 'fill="#fff" fill-opacity=".32"',
    "glow": 'fill="#fff3b8" fill-opacity=".5"',
    "ink": "#33303d",
    "metal": "#b9c0c8",
    "paper": "#fbf6ea",
    "wood": "#c79a66",
    "bark": "#a1764a",
    "leaf": "#5d8a55",
    "fern": "#3f6b4a",
    "face": '<circle fill="#33303d" cx="166" cy="152" r="9"/><circle fill="#33303d" cx="234" cy="152" r="9"/>'
    '<circle fill="#fff" cx="163" cy="149" r="3"/><circle fill="#fff" cx="231" cy="149" r="3"/>'
    '<path fill="#e58f8f" d="M188 192H212V204Q212 214 200 214T188 204Z"/><ellipse fill="#33303d" cx="200" cy="174" rx="15" ry="11"/>'
    '<path fill="none" stroke="#33303d" stroke-width="4" stroke-linecap="round" d="M200 182V190q-12 8-22 0M200 190q12 8 22 0"/>',
    "line": 'fill="none" stroke-linecap="round" stroke-linejoin="round"',
}

MOTIFS = {
    "tumbler": (
        76,
        '<path $line stroke="$accent" stroke-width="11" d="M214 120 238 46"/>'
        '<path fill="$main" d="M134 124H266L249 326Q248 336 238 336H162Q152 336 151 326Z"/>'
        '<path fill="$light" d="M142 186H258L254 232H146Z"/>'
        '<path $shade d="M226 124H266L249 326Q248 336 238 336H214Z"/><path $shine d="M152 140H165L178 318H168Z"/>'
        '<rect fill="$ink" x="126" y="104" width="148" height="26" rx="9"/>',
    ),
    "brush": (
        66,
        '<g transform="rotate(24 200 336)"><rect fill="$metal" x="194" y="150" width="12" height="70"/>'
        '<rect fill="$main" x="158" y="46" width="84" height="124" rx="40"/>'
        '<path $line stroke="$dark" stroke-width="5" d="M166 78H234M159 100H241M158 122H242M166 144H234"/>'
        '<path fill="$wood" d="M186 212H214L218 320Q218 336 200 336T182 320Z"/>'
        '<circle fill="$bark" cx="200" cy="314" r="6"/></g>',
    ),
    "flask": (
        64,
        '<path $line stroke="$accent" stroke-width="10" d="M242 84q38 6 26 62"/>'
        '<rect fill="$ink" x="160" y="62" width="80" height="62" rx="14"/>'
        '<path fill="$metal" d="M154 118H246V138H154Z"/>'
        '<rect fill="$main" x="142" y="134" width="116" height="202" rx="24"/>'
        '<path fill="$accent" d="M142 214H258V230H142Z"/>'
        '<path $shade d="M222 134H234Q258 134 258 158V312Q258 336 234 336H222Z"/>'
        '<rect $shine x="156" y="152" width="12" height="160" rx="6"/>',
    ),
    "teapot": (
        104,
        '<path $line stroke="$dark" stroke-width="18" d="M272 222q62-26 62 22t-62 46"/>'
        '<path fill="$dark" d="M142 268Q96 262 84 196L66 188Q74 176 96 184Q106 216 150 216Z"/>'
        '<ellipse fill="$main" cx="204" cy="256" rx="94" ry="80"/><path fill="$dark" d="M150 322H258L252 336H156Z"/>'
        '<path $shade d="M236 181A94 80 0 0 1 236 331Q272 256 236 181Z"/>'
        '<ellipse $shine cx="150" cy="236" rx="14" ry="26"/><path fill="$light" d="M148 190Q204 142 260 190Z"/>'
        '<circle fill="$dark" cx="204" cy="156" r="14"/>',
    ),
    "pan": (
        0,
        '<circle fill="$ink" cx="200" cy="34" r="7"/><path fill="$dark" d="M186 30Q200 14 214 30L210 140H190Z"/>'
        '<circle fill="$main" cx="200" cy="214" r="96"/><circle fill="$dark" cx="200" cy="214" r="78"/>'
        '<path $shine d="M140 214A60 60 0 0 1 200 154V164A50 50 0 0 0 150 214Z"/>'
        '<path fill="$paper" d="M168 220Q160 186 196 190Q212 172 232 194Q256 206 238 230Q236 260 206 250Q176 262 168 '
        '220Z"/><circle fill="#f0b93a" cx="204" cy="218" r="20"/><circle $shine cx="197" cy="211" r="6"/>',
    ),
    "shakers": (
        108,
        '<path fill="$main" d="M112 196Q112 150 150 150T188 196L196 320Q196 336 180 336H120Q104 336 104 320Z"/>'
        '<path $shade d="M164 153Q188 162 188 196L196 320Q196 336 180 336H160Z"/>'
        '<path fill="$ink" d="M132 172h8v8h-8zM147 164h8v8h-8zM161 174h8v8h-8z"/>'
        '<path fill="$wood" d="M226 130Q226 98 250 98T274 130Q274 152 262 166V214Q290 240 288 320Q288 336 272 '
        '336H228Q212 336 212 320Q210 240 238 214V166Q226 152 226 130Z"/>'
        '<path $shade d="M256 98Q274 104 274 130Q274 152 262 166V214Q290 240 288 320Q288 336 272 336H254Q274 260 252 '
        '214V166Z"/><circle fill="$accent" cx="250" cy="90" r="11"/>',
    ),
    "bowls": (
        88,
        '<path fill="$dark" d="M164 312H236L230 336H170Z"/>'
        '<path fill="$main" d="M92 226H308Q298 318 200 318T92 226Z"/>'
        '<path fill="$accent" d="M112 180H288Q284 226 278 226H122Q116 226 112 180Z"/>'
        '<path fill="$light" d="M130 142H270Q268 180 262 180H138Q132 180 130 142Z"/>'
        '<path $shade d="M240 226H308Q298 318 200 318Q236 290 240 226ZM238 180H288Q284 226 278 226H232ZM230 '
        '142H270Q268 180 262 180H226Z"/>'
        '<path $line stroke="$paper" stroke-opacity=".7" stroke-width="6" d="M112 250q9 10 18 0t18 0 18 0 18 0 18 0 '
        '18 0 18 0 18 0 18 0 18 0"/>',
    ),
    "mug": (
        92,
        '<path $line stroke="#fff" stroke-width="9" stroke-opacity=".75" d="M168 122q-16-18 0-36t0-36M208 122q-16-18 '
        '0-36t0-36"/><path $line stroke="$dark" stroke-width="22" d="M254 194h22a42 42 0 0 1 0 92h-30"/>'
        '<path fill="$main" d="M116 150H260V306Q260 336 230 336H146Q116 336 116 306Z"/>'
        '<path fill="$paper" d="M116 150H260V166H116Z"/><path fill="$accent" d="M116 272H260V290H116Z"/>'
        '<path $shade d="M224 150H260V306Q260 336 230 336H214Q224 330 224 306Z"/>'
        '<rect $shine x="130" y="182" width="12" height="72" rx="6"/>',
    ),
    "board": (
        84,
        '<g transform="rotate(5 200 336)">'
        '<path fill="$wood" d="M178 66Q178 50 200 50T222 66V118H246Q270 118 270 142V312Q270 336 246 336H154Q130 336 '
        '130 312V142Q130 118 154 118H178Z"/><circle fill="$disc" cx="200" cy="76" r="9"/>'
        '<path fill="$main" d="M158 118H174V336H158ZM226 118H242V336H226Z"/>'
        '<path $line stroke="$bark" stroke-width="3" d="M190 160V236M208 200V308M146 180V260M256 170V220"/>'
        '<path $shade d="M248 118Q270 119 270 142V312Q270 335 248 336Z"/></g>',
    ),
    "towel": (
        0,
        '<path $line stroke="$bark" stroke-width="12" d="M84 84H316"/><circle fill="$wood" cx="84" cy="84" r="10"/>'
        '<circle fill="$wood" cx="316" cy="84" r="10"/>'
        '<path fill="$paper" d="M124 76H276V284Q238 276 200 284T124 284Z"/>'
        '<path fill="$main" d="M124 206H276V222H124ZM124 232H276V240H124ZM124 250H276V254H124ZM142 '
        '76H152V284H142ZM248 76H258V284H248Z"/><path $shade d="M210 76H232V279Q220 280 210 283ZM124 76H276V90H124Z"/>',
    ),
    "eggcup": (
        60,
        '<path fill="#f6e3cc" d="M200 92C238 92 262 158 262 194A62 62 0 0 1 138 194C138 158 162 92 200 92Z"/>'
        '<path fill="#fff" fill-opacity=".5" d="M172 126Q158 150 156 178Q148 150 172 126Z"/>'
        '<path fill="$main" d="M126 198H274Q270 262 220 276V304Q250 312 252 336H148Q150 312 180 304V276Q130 262 126 '
        '198Z"/><path fill="$light" d="M126 198H274L273 214H127Z"/>'
        '<path $shade d="M236 198H274Q270 262 220 276V304Q250 312 252 336H224Q214 306 206 300V272Q234 250 236 198Z"/>',
    ),
    "jug": (
        78,
        '<path $line stroke="$dark" stroke-width="18" d="M244 150q74-16 62 56t-58 66"/>'
        '<path fill="$main" d="M142 120L112 94H252Q246 158 262 208Q280 336 240 336H160Q118 336 134 220Q148 160 142 '
        '120Z"/><path fill="$light" d="M112 94H252L250 112H133Z"/>'
        '<path $shade d="M222 112H250Q247 160 262 208Q280 336 240 336H208Q244 330 232 222Q220 160 222 112Z"/>'
        '<path $line stroke="$accent" stroke-width="9" d="M140 236H258M138 256H262"/>'
        '<path $shine d="M156 146H168V206H152Z"/>',
    ),
    "shoe": (
        128,
        '<path fill="$main" d="M216 168Q232 190 252 180L290 160Q304 158 304 176Q302 240 314 308H80Q74 262 126 '
        '252Q184 242 204 180Q208 168 216 168Z"/>'
        '<path fill="$dark" d="M290 160Q304 158 304 176Q302 240 314 308H244Q282 250 270 171ZM80 308Q74 262 126 '
        '252Q150 270 146 308Z"/><path $shine d="M96 276Q108 262 128 260Q112 270 108 288Z"/>'
        '<path $line stroke="$paper" stroke-width="7" d="M206 196 232 214M194 216 220 234M178 234 204 252"/>'
        '<path fill="$ink" d="M74 306H318V336H258L250 322H90Q74 322 74 306Z"/>',
    ),
    "boot": (
        118,
        '<path fill="$main" d="M172 74H282V312H92Q84 254 138 244Q172 236 176 200Z"/>'
        '<path $shade d="M246 74H282V312H222Q254 240 246 74Z"/>'
        '<path $shine d="M188 98H200V196Q196 220 182 232Q190 214 188 98Z"/>'
        '<path fill="$accent" d="M168 66H286V94H168Z"/>'
        '<path $line stroke="$dark" stroke-width="6" d="M282 244Q206 246 186 212"/>'
        '<path fill="$ink" d="M84 308H290V336H236L228 324H98Q84 324 84 308Z"/>',
    ),
    "hiker": (
        122,
        '<path fill="$main" d="M176 122H284Q282 200 298 308H84Q76 254 132 242Q170 232 176 190Z"/>'
        '<path fill="$dark" d="M84 308Q76 254 132 242Q154 268 148 308ZM250 122H284Q282 200 298 308H246Q268 230 250 '
        '122Z"/><path fill="$accent" d="M168 106H290V132H168Z"/>'
        '<path $line stroke="$paper" stroke-width="6" d="M180 152 214 164M212 150 182 178M178 180 212 190M210 176 '
        '170 206M166 206 202 220M202 206 152 228M148 232 186 246"/>'
        '<path fill="$ink" d="M76 304H306V336H288L282 328H270L264 336H244L238 328H226L220 336H200L194 328H182L176 '
        '336H156L150 328H138L132 336H92Q76 336 76 304Z"/>',
    ),
    "sneaker": (
        128,
        '<path fill="$main" d="M216 176Q236 196 262 184L292 170Q302 168 304 184L314 300H80Q76 262 128 254Q182 244 '
        '204 186Q208 176 216 176Z"/><path fill="$paper" d="M80 300Q74 264 120 256Q148 268 146 300Z"/>'
        '<path $shade d="M262 184L292 170Q302 168 304 184L314 300H262Q284 240 262 184Z"/>'
        '<path $line stroke="$paper" stroke-width="8" d="M206 202 232 220M194 222 220 240M178 240 204 258"/>'
        '<circle fill="$paper" cx="262" cy="242" r="20"/>'
        '<path $line stroke="$accent" stroke-width="5" d="M254 242l6 7 10-14"/>'
        '<path fill="$paper" d="M74 296H320V318Q320 336 302 336H92Q74 336 74 318Z"/>'
        '<path fill="$accent" d="M74 308H320V316H74Z"/>',
    ),
    "slipper": (
        128,
        '<path fill="$main" d="M84 314Q72 250 132 240Q176 232 202 202Q212 192 224 204Q262 240 296 214Q310 206 314 '
        '226Q322 264 318 314Z"/>'
        '<path $shade d="M282 220Q292 217 296 214Q310 206 314 226Q322 264 318 314H262Q292 270 282 220Z"/>'
        '<path $shine d="M98 284Q104 258 136 254Q114 266 112 290Z"/>'
        '<path $line stroke="$light" stroke-width="24" d="M206 206Q246 248 304 216"/>'
        '<path $line stroke="$dark" stroke-opacity=".35" stroke-width="4" d="M214 210v10M234 224v10M256 230v10M278 '
        '224v10M298 214v10"/><circle fill="$accent" cx="160" cy="236" r="22"/>'
        '<path $shine d="M146 232a14 14 0 0 1 14-12a18 18 0 0 0-14 12Z"/>'
        '<path fill="$ink" d="M78 308H322V320Q322 336 306 336H94Q78 336 78 320Z"/>',
    ),
    "clog": (
        130,
        '<ellipse fill="$dark" cx="252" cy="222" rx="62" ry="20"/>'
        '<path fill="$main" d="M82 336Q56 262 70 226Q78 210 94 230Q140 200 188 194Q198 240 252 240Q300 240 316 '
        '216Q332 262 322 336Z"/><path $shade d="M290 234Q306 228 316 216Q332 262 322 336H262Q300 290 290 234Z"/>'
        '<path $line stroke="$light" stroke-width="9" d="M188 196Q200 240 252 240Q300 240 315 218"/>'
        '<path $shine d="M92 262Q120 226 166 218Q128 238 112 280Z"/><path $shade d="M76 316H325L322 336H82Z"/>',
    ),
    "laces": (
        110,
        '<path $line stroke="$dark" stroke-width="15" d="M196 204C150 270 118 236 104 322M208 204C240 262 292 250 '
        '296 322"/>'
        '<path $line stroke="$main" stroke-width="17" d="M202 204C128 84 62 142 84 186S160 226 202 204C268 76 342 '
        '132 320 182S254 226 202 204"/><path $line stroke="$metal" stroke-width="15" d="M104 318V330M296 318V330"/>'
        '<rect fill="$dark" x="178" y="182" width="46" height="40" rx="14"/>'
        '<path $line stroke="#fff" stroke-opacity=".4" stroke-width="4" d="M98 160Q116 132 148 150M308 158Q290 128 '
        '258 148"/>',
    ),
    "socks": (
        128,
        '<path fill="$dark" d="M206 76H272V230Q272 250 288 262L318 286Q336 302 322 322T282 332L226 296Q206 282 206 '
        '258Z"/><path fill="$light" d="M202 66H276V104H202Z"/><path fill="$main" d="M112 84H178V236Q178 258 162 '
        '270L128 296Q110 310 92 302T78 268L96 250Q112 236 112 216Z" transform="translate(18 26)"/>'
        '<path fill="$light" d="M126 100H200V140H126Z"/>'
        '<path fill="$accent" d="M130 166H196V182H130ZM130 198H196V214H130Z"/>'
        '<path $shade d="M174 140H196V262Q196 284 180 296L156 314Q176 280 174 250Z"/>'
        '<path $line stroke="$dark" stroke-opacity=".35" stroke-width="4" d="M140 108v24M154 108v24M168 108v24M184 '
        '108v24M218 74v24M234 74v24M250 74v24M264 74v24"/>',
    ),
    "pencil": (
        96,
        '<g transform="rotate(38 200 200)"><path fill="$main" d="M176 92H224V288H176Z"/>'
        '<path fill="$dark" d="M208 92H224V288H208Z"/><path fill="$light" d="M176 92H190V288H176Z"/>'
        '<path fill="#f0d3a7" d="M176 288H224L200 352Z"/><path fill="$ink" d="M191 328H209L200 352Z"/>'
        '<path fill="$metal" d="M174 68H226V94H174Z"/><path $shade d="M174 76H226V80H174ZM174 84H226V88H174Z"/>'
        '<path fill="#e58f8f" d="M176 68V54Q176 36 200 36T224 54V68Z"/></g>'
        '<path $line stroke="$ink" stroke-width="5" d="M106 322q18-18 32 0t34 0 34 0 34 0"/>',
    ),
    "poster": (
        0,
        '<path $line stroke="$ink" stroke-width="3" d="M112 66 200 26 288 66"/>'
        '<path fill="$main" d="M112 62H288V286H112Z"/>'
        '<path fill="$wood" d="M102 56H298V74H102ZM102 276H298V294H102Z"/>'
        '<path $shade d="M102 66H298V74H102ZM102 286H298V294H102ZM262 74H288V276H262Z"/>'
        '<path $line stroke="$paper" stroke-width="13" d="M164 142 132 174 164 206M236 142 268 174 236 206M214 128 '
        '186 220"/><path $line stroke="$accent" stroke-width="6" d="M150 244H204M218 244H250"/>',
    ),
    "notebook": (
        84,
        '<g transform="rotate(-4 200 336)"><path fill="$paper" d="M140 88H276V326H140Z"/>'
        '<path fill="$edge" d="M268 96H276V326H140V320H268Z"/>'
        '<rect fill="$main" x="124" y="78" width="146" height="250" rx="9"/>'
        '<path fill="$dark" d="M133 78H148V328H133Q124 328 124 319V87Q124 78 133 78Z"/>'
        '<rect fill="$paper" x="168" y="124" width="66" height="46" rx="4"/>'
        '<path $line stroke="$dark" stroke-width="4" d="M180 140H222M180 154H208"/>'
        '<path fill="$accent" d="M246 78H255V328H246ZM184 328H198V352L191 344L184 352Z"/>'
        '<path $shine d="M154 84H160V322H154Z"/></g>',
    ),
    "scissors": (
        92,
        '<g transform="rotate(-22 200 200)"><path fill="$metal" d="M188 40Q198 60 214 222L194 226Z"/>'
        '<path fill="#d5dae0" d="M214 40Q204 60 186 222L206 226Z"/>'
        '<path $line stroke="$main" stroke-width="20" d="M194 226Q180 250 158 256A38 38 0 1 0 186 304Q192 274 206 '
        '232"/>'
        '<path $line stroke="$dark" stroke-width="20" d="M206 226Q220 250 242 256A38 38 0 1 1 214 304Q208 274 200 '
        '240"/><circle fill="$ink" cx="200" cy="206" r="8"/></g>',
    ),
    "marker": (
        76,
        '<path $line stroke="$main" stroke-width="17" d="M92 124Q124 70 158 122T228 110"/>'
        '<g transform="rotate(30 200 336)"><path fill="$main" d="M192 92 212 84V124H188Z"/>'
        '<path fill="$metal" d="M182 118H218L224 148H176Z"/>'
        '<rect fill="$paper" x="168" y="146" width="64" height="190" rx="12"/>'
        '<path fill="$main" d="M168 240H232V324Q232 336 220 336H180Q168 336 168 324Z"/>'
        '<path fill="$accent" d="M168 226H232V240H168Z"/>'
        '<path $shade d="M212 146H220Q232 146 232 158V324Q232 336 220 336H212Z"/></g>',
    ),
    "postcards": (
        92,
        '<g transform="rotate(13 200 320)"><path fill="$paper" d="M104 128H300V270H104Z"/>'
        '<path fill="$accent" d="M114 138H290V260H114Z"/></g><g transform="rotate(3 200 320)">'
        '<path fill="$paper" d="M98 142H304V290H98Z"/><path fill="$dark" d="M108 152H294V280H108Z"/></g>'
        '<g transform="rotate(-7 200 320)"><path fill="$paper" d="M92 172H304V326H92Z"/>'
        '<path fill="$main" d="M102 182H294V316H102Z"/><circle fill="#f7d774" cx="246" cy="216" r="19"/>'
        '<path fill="$fern" d="M102 292L160 224L206 280L232 252L294 302V316H102Z"/>'
        '<path fill="$paper" d="M160 224L144 243Q154 250 160 242Q168 252 175 242Z"/>'
        '<path fill="$light" d="M102 300Q150 286 200 300T294 298V316H102Z"/></g>',
    ),
    "envelope": (
        116,
        '<path fill="$dark" d="M88 160L200 84L312 160Z"/><path fill="$paper" d="M112 112H288V300H112Z"/>'
        '<path $line stroke="$metal" stroke-width="5" d="M138 138H240M138 158H262M138 178H222"/>'
        '<path fill="$main" d="M84 160L200 250L316 160V322Q316 336 302 336H98Q84 336 84 322Z"/>'
        '<path fill="$light" d="M84 330L186 244Q200 232 214 244L316 330Q312 336 302 336H98Q88 336 84 330Z"/>'
        '<path $shade d="M316 160V322Q316 336 302 336H290V182Z"/><circle fill="$accent" cx="200" cy="262" r="21"/>'
        '<circle $shade cx="200" cy="262" r="13"/>',
    ),
    "ink": (
        84,
        '<rect fill="$ink" x="158" y="98" width="84" height="54" rx="8"/>'
        '<path $shade d="M158 112H242V116H158ZM158 124H242V128H158Z"/><path fill="$metal" d="M166 150H234V178H166Z"/>'
        '<path fill="$main" d="M158 174H242Q286 186 286 226V314Q286 336 264 336H136Q114 336 114 314V226Q114 186 158 '
        '174Z"/><path $shine d="M130 226Q130 204 146 196V310H130Z"/>'
        '<rect fill="$paper" x="156" y="222" width="88" height="80" rx="5"/>'
        '<path fill="$main" d="M200 234Q224 264 222 274A22 20 0 0 1 178 274Q176 264 200 234Z"/>'
        '<path $shade d="M258 182Q286 192 286 226V314Q286 336 264 336H250Z"/>',
    ),
    "clip": (
        70,
        '<g transform="rotate(28 200 190)">'
        '<path $line stroke="$main" stroke-width="15" d="M234 128V258A36 36 0 0 1 162 258V98A27 27 0 0 1 216 '
        '98V240A16 16 0 0 1 184 240V136"/></g><g transform="rotate(-62 128 262) translate(16 150) scale(.5)">'
        '<path $line stroke="$accent" stroke-width="15" d="M234 128V258A36 36 0 0 1 162 258V98A27 27 0 0 1 216 '
        '98V240A16 16 0 0 1 184 240V136"/></g><g transform="rotate(64 284 270) translate(196 170) scale(.5)">'
        '<path $line stroke="$dark" stroke-width="15" d="M234 128V258A36 36 0 0 1 162 258V98A27 27 0 0 1 216 '
        '98V240A16 16 0 0 1 184 240V136"/></g>',
    ),
    "inkbrush": (
        0,
        '<path $line stroke="$ink" stroke-width="20" stroke-opacity=".88" d="M104 330Q160 312 228 330"/>'
        '<g transform="rotate(32 200 200)">'
        '<path $line stroke="$accent" stroke-width="5" d="M200 54q-18-26 0-34t0 30"/>'
        '<path fill="$main" d="M190 52H210L214 248H186Z"/><path fill="$dark" d="M203 52H210L214 248H205Z"/>'
        '<path fill="$accent" d="M182 236H218V258H182Z"/>'
        '<path fill="#f1e4cf" d="M182 258H218Q232 300 212 318H188Q168 300 182 258Z"/>'
        '<path fill="$ink" d="M180 306Q200 294 220 306Q216 330 200 354Q184 330 180 306Z"/></g>',
    ),
    "desklamp": (
        78,
        '<path $glow d="M98 178 214 132 252 308H40Z"/>'
        '<path $line stroke="$ink" stroke-width="10" d="M262 324 292 214 190 112"/>'
        '<circle fill="$metal" cx="292" cy="214" r="13"/>'
        '<path fill="$main" d="M194 84 224 114 218 158 92 190Q88 146 148 96Q176 76 194 84Z"/>'
        '<path $shade d="M224 114 218 158 92 190 90 176 190 140Z"/><circle fill="#fff3b8" cx="154" cy="180" r="17"/>'
        '<path fill="$dark" d="M206 322Q206 306 222 306H290Q306 306 306 322V336H206Z"/>'
        '<path fill="$main" d="M194 84 224 114 218 158 92 190Q88 146 148 96Q176 76 194 84Z"/>'
        '<path $shine d="M112 158Q122 128 156 108Q136 136 128 158Z"/>',
    ),
    "globe": (
        70,
        '<circle $glow cx="200" cy="186" r="142"/><path fill="$ink" d="M198 0H202V80H198Z"/>'
        '<circle fill="$main" cx="200" cy="184" r="108"/>'
        '<path $line stroke="$wood" stroke-width="3" stroke-opacity=".75" d="M150 88H250M118 114H282M102 140H298M94 '
        '166H306M92 192H308M98 218H302M110 244H290M134 270H266"/>'
        '<path $shade d="M232 81A108 108 0 0 1 232 287Q288 184 232 81Z"/>'
        '<path fill="$ink" d="M166 74H234V86H166ZM174 286H226V294H174Z"/>'
        '<ellipse $shine cx="150" cy="150" rx="18" ry="34"/>',
    ),
    "lantern": (
        76,
        '<path $line stroke="$ink" stroke-width="7" d="M138 206C110 20 290 20 262 206"/>'
        '<path fill="$dark" d="M172 92H228L236 116H164Z"/><path fill="$main" d="M160 114H240L256 146H144Z"/>'
        '<path fill="#fdf3cf" d="M156 146H244Q264 208 240 262H160Q136 208 156 146Z"/>'
        '<path fill="#f3a63b" d="M200 172Q232 220 220 240A20 20 0 0 1 180 240Q172 220 200 172Z"/>'
        '<path fill="#fbe08a" d="M200 208Q214 232 208 244A10 10 0 0 1 192 244Q188 232 200 208Z"/>'
        '<path $line stroke="$ink" stroke-width="5" d="M156 146Q136 208 160 262M244 146Q264 208 240 262"/>'
        '<path fill="$main" d="M146 260H254L272 322Q272 336 258 336H142Q128 336 128 322Z"/>'
        '<path $shade d="M226 260H254L272 322Q272 336 258 336H232ZM216 114H240L256 146H224Z"/>'
        '<circle fill="$accent" cx="158" cy="298" r="10"/>',
    ),
    "lighthouse": (
        84,
        '<path $glow d="M200 92 0 44V140ZM200 92 400 44V140Z"/><path fill="$ink" d="M164 66 200 34 236 66Z"/>'
        '<path fill="#fff3b8" d="M172 66H228V118H172Z"/><circle fill="#f7c948" cx="200" cy="92" r="15"/>'
        '<path $line stroke="$ink" stroke-width="5" d="M172 66V118M228 66V118"/>'
        '<path fill="$ink" d="M152 116H248V132H152Z"/><path fill="$paper" d="M162 132H238L258 326H142Z"/>'
        '<path fill="$main" d="M157 176H243L248 224H152ZM147 272H253L258 326H142Z"/>'
        '<path $shade d="M216 132H238L258 326H226Z"/>'
        '<rect fill="$ink" x="192" y="146" width="16" height="22" rx="8"/>'
        '<rect fill="$ink" x="192" y="240" width="16" height="22" rx="8"/>'
        '<path fill="$dark" d="M186 326V300A14 14 0 0 1 214 300V326ZM124 326H276V336H124Z"/>',
    ),
    "pendant": (
        74,
        '<path $glow d="M92 206H308L372 400H28Z"/><path fill="$ink" d="M197 0H203V72H197Z"/>'
        '<rect fill="$ink" x="184" y="62" width="32" height="34" rx="6"/>'
        '<circle fill="#fff3b8" cx="200" cy="206" r="26"/><path fill="$main" d="M84 208Q90 92 200 92T316 208Z"/>'
        '<path $shade d="M226 94Q310 104 316 208H258Q262 140 226 94Z"/>'
        '<path $shine d="M112 178Q122 128 164 110Q134 140 130 178Z"/>'
        '<rect fill="$dark" x="80" y="202" width="240" height="10" rx="5"/>',
    ),
    "tablelamp": (
        70,
        '<circle $glow cx="200" cy="160" r="134"/>'
        '<path fill="$wood" d="M194 196H206V250Q244 264 244 312Q244 336 220 336H180Q156 336 156 312Q156 264 194 '
        '250Z"/><path $shade d="M206 250Q244 264 244 312Q244 336 220 336H204Q226 300 206 250Z"/>'
        '<path fill="$main" d="M152 84H248L296 204H104Z"/><path $shade d="M226 84H248L296 204H244Z"/>'
        '<path $shine d="M160 94H170L142 194H128Z"/>'
        '<path fill="$accent" d="M104 194H296V206H104ZM152 80H248V90H152Z"/>'
        '<path $line stroke="$ink" stroke-width="3" d="M272 206V248"/><circle fill="$ink" cx="272" cy="252" r="6"/>',
    ),
    "bulb": (
        52,
        '<circle $glow cx="200" cy="168" r="136"/>'
        '<path $line stroke="$main" stroke-width="8" d="M200 30V46M82 168H66M318 168H334M116 84 106 74M284 84 294 '
        '74"/>'
        '<path fill="#fff8d8" d="M200 68A94 94 0 0 1 252 240Q238 252 238 272H162Q162 252 148 240A94 94 0 0 1 200 '
        '68Z"/>'
        '<path $line stroke="$main" stroke-width="7" d="M180 268 168 190 186 208 200 186 214 208 232 190 220 268"/>'
        '<path $shade d="M236 76A94 94 0 0 1 252 240Q238 252 238 272H216Q286 180 236 76Z"/>'
        '<path fill="$metal" d="M162 272H238V318H162Z"/><path $shade d="M162 282H238V288H162ZM162 298H238V304H162Z"/>'
        '<path fill="$ink" d="M162 318H238L218 336H182Z"/>',
    ),
    "tote": (
        98,
        '<path $line stroke="$dark" stroke-width="13" d="M156 176C148 48 252 48 244 176"/>'
        '<path fill="$main" d="M106 160H294L306 322Q306 336 292 336H108Q94 336 94 322Z"/>'
        '<path $shade d="M258 160H294L306 322Q306 336 292 336H252Z"/>'
        '<path $line stroke="$light" stroke-width="4" stroke-dasharray="9 8" d="M116 174H286"/>'
        '<path fill="$accent" d="M188 212H212L220 290H180Z"/>'
        '<path fill="$ink" d="M184 204 200 190 216 204ZM180 288H220V296H180Z"/>'
        '<path fill="#f7d774" d="M178 206 142 196V220ZM222 206 258 196V220Z"/>'
        '<path $line stroke="$dark" stroke-width="13" d="M156 160V190M244 160V190"/>',
    ),
    "backpack": (
        98,
        '<path $line stroke="$dark" stroke-width="13" d="M176 88C176 50 224 50 224 88"/>'
        '<path fill="$dark" d="M94 206H306V296Q306 312 292 312H108Q94 312 94 296Z"/>'
        '<path fill="$main" d="M120 164Q120 80 200 80T280 164V306Q280 336 250 336H150Q120 336 120 306Z"/>'
        '<path fill="$light" d="M120 164Q120 80 200 80T280 164V186H120Z"/>'
        '<path $shade d="M238 90Q280 108 280 164V306Q280 336 250 336H230Q244 200 238 90Z"/>'
        '<rect fill="$dark" x="144" y="224" width="112" height="86" rx="15"/>'
        '<path $line stroke="$accent" stroke-width="6" d="M160 244H240"/>'
        '<path fill="$wood" d="M158 170H174V210H158ZM226 170H242V210H226Z"/>'
        '<path fill="$metal" d="M155 190H177V202H155ZM223 190H245V202H223Z"/>',
    ),
    "duffel": (
        136,
        '<path $line stroke="$ink" stroke-width="12" d="M142 204C140 92 260 92 258 204"/>'
        '<path fill="$main" d="M106 178H294Q334 186 330 312Q330 336 306 336H94Q70 336 70 312Q66 186 106 178Z"/>'
        '<path fill="$dark" d="M106 178Q132 256 112 336H94Q70 336 70 312Q66 186 106 178ZM294 178Q268 256 288 '
        '336H306Q330 336 330 312Q334 186 294 178Z"/><path $line stroke="$accent" stroke-width="6" d="M126 192H274"/>'
        '<path fill="$ink" d="M134 196H150V336H134ZM250 196H266V336H250Z"/><path $shine d="M164 208H236V216H164Z"/>'
        '<path fill="$wood" d="M186 240H214V286Q200 300 186 286Z"/><circle fill="$paper" cx="200" cy="254" r="5"/>',
    ),
    "satchel": (
        114,
        '<path $line stroke="$dark" stroke-width="13" d="M104 188C84 24 316 24 296 188"/>'
        '<rect fill="$dark" x="90" y="166" width="220" height="170" rx="20"/>'
        '<path fill="$main" d="M90 186Q90 166 110 166H290Q310 166 310 186V256Q310 288 278 288H122Q90 288 90 256Z"/>'
        '<path $line stroke="$light" stroke-width="3" stroke-dasharray="8 7" d="M102 184V256Q102 276 122 276H278Q298 '
        '276 298 256V184"/><path fill="$dark" d="M140 236H164V312H140ZM236 236H260V312H236Z"/>'
        '<path fill="#e5c46b" d="M135 276H169V298H135ZM231 276H265V298H231Z"/>'
        '<path fill="$dark" d="M143 281H161V293H143ZM239 281H257V293H239Z"/>'
        '<path $shade d="M276 166H290Q310 166 310 186V316Q310 336 290 336H276Z"/>',
    ),
    "pouch": (
        112,
        '<path fill="$main" d="M102 190H298Q306 262 318 308Q322 336 292 336H108Q78 336 82 308Q94 262 102 190Z"/>'
        '<path fill="$light" d="M102 190H298L302 222H98Z"/>'
        '<path $line stroke="$ink" stroke-width="8" d="M104 192H296"/>'
        '<path $line stroke="$metal" stroke-width="4" stroke-dasharray="2 8" d="M104 192H296"/>'
        '<path $line stroke="$accent" stroke-width="8" d="M294 192 316 202 308 246"/>'
        '<path $shade d="M262 190H298Q306 262 318 308Q322 336 292 336H258Q280 262 262 190Z"/>'
        '<path fill="$accent" d="M150 252h22v22h-22zM194 252h22v22h-22zM172 274h22v22h-22zM216 274h22v22h-22z" '
        'fill-opacity=".8"/>',
    ),
    "suitcase": (
        124,
        '<path $line stroke="$ink" stroke-width="13" d="M164 158V126Q164 114 176 114H224Q236 114 236 126V158"/>'
        '<rect fill="$main" x="74" y="152" width="252" height="184" rx="18"/>'
        '<path fill="$light" d="M74 206H326V214H74Z"/>'
        '<path fill="$dark" d="M110 152H130V336H110ZM270 152H290V336H270Z"/>'
        '<path $shade d="M300 152H308Q326 152 326 170V318Q326 336 308 336H300Z"/>'
        '<path fill="#e5c46b" d="M106 200H134V222H106ZM266 200H294V222H266Z"/><g transform="rotate(-9 200 270)">'
        '<rect fill="$paper" x="152" y="240" width="70" height="44" rx="4"/>'
        '<path fill="$accent" d="M152 254H222V268H152Z"/></g><circle fill="$accent" cx="244" cy="292" r="20"/>'
        '<circle fill="$paper" cx="244" cy="292" r="11"/>',
    ),
    "plant": (
        66,
        '<path $line stroke="$fern" stroke-width="7" d="M200 246V130M200 220Q170 190 146 186M200 200Q232 170 256 '
        '168"/>'
        '<path fill="$leaf" d="M200 142Q160 96 200 44Q240 96 200 142ZM200 232Q130 238 104 184Q172 160 200 232ZM200 '
        '214Q270 224 300 162Q228 142 200 214Z"/>'
        '<path fill="$fern" d="M200 142Q240 96 200 44ZM200 232Q172 190 104 184Q172 160 200 232ZM200 214Q232 172 300 '
        '162Q270 224 200 214Z"/><path fill="$main" d="M134 252H266L250 322Q248 336 234 336H166Q152 336 150 322Z"/>'
        '<rect fill="$light" x="124" y="236" width="152" height="32" rx="7"/>'
        '<path $shade d="M232 236H269Q276 236 276 243V261Q276 268 269 268H262L250 322Q248 336 234 336H216Z"/>',
    ),
    "cactus": (
        62,
        '<path $line stroke="$leaf" stroke-width="30" d="M160 206Q122 204 122 168V158M240 190Q278 188 278 152V138"/>'
        '<rect fill="$leaf" x="160" y="74" width="80" height="190" rx="40"/>'
        '<path fill="$fern" d="M212 76Q240 86 240 114V260H212Z"/>'
        '<path $line stroke="#fff" stroke-opacity=".7" stroke-width="4" d="M182 118v9M204 102v9M222 130v9M182 '
        '168v9M206 150v9M222 184v9M186 214v9M122 168v9M278 152v9"/>'
        '<path fill="#ef7f8e" d="M200 82Q172 78 178 56Q190 62 192 66Q192 48 200 42Q208 48 208 66Q210 62 222 56Q228 '
        '78 200 82Z"/><path fill="$main" d="M138 252H262L248 322Q246 336 232 336H168Q154 336 152 322Z"/>'
        '<path fill="$light" d="M138 252H262L259 270H141Z"/>'
        '<path $shade d="M226 252H262L248 322Q246 336 232 336H212Z"/>',
    ),
    "can": (
        108,
        '<path $line stroke="$dark" stroke-width="13" d="M284 318C356 268 330 150 244 160M158 168C158 112 244 112 '
        '244 168"/><path fill="$dark" d="M160 296 96 158 112 150 172 252Z"/>'
        '<path fill="$metal" d="M70 160 124 128 128 144 82 172Z"/>'
        '<path fill="$main" d="M150 164H276L290 322Q290 336 276 336H150Q136 336 136 322Z"/>'
        '<path fill="$light" d="M150 164H276L278 182H148Z"/>'
        '<path $shade d="M244 164H276L290 322Q290 336 276 336H246Z"/>'
        '<path $line stroke="$dark" stroke-width="5" d="M142 222H280M140 292H286"/>'
        '<path fill="#7fb5dd" d="M64 190q12 18 0 24q-12-6 0-24ZM92 200q12 18 0 24q-12-6 0-24ZM70 236q12 18 0 '
        '24q-12-6 0-24Z"/>',
    ),
    "trowel": (
        86,
        '<path fill="#7a5a45" d="M118 336Q140 286 196 290T284 336Z"/>'
        '<path $shade d="M196 290Q256 290 284 336H230Q222 306 196 290Z"/><g transform="rotate(18 200 300)">'
        '<path $line stroke="$metal" stroke-width="13" d="M200 206V152"/>'
        '<path fill="$metal" d="M160 200H240Q246 262 200 318Q154 262 160 200Z"/>'
        '<path fill="#8f98a3" d="M200 200H240Q246 262 200 318Z"/>'
        '<rect fill="$main" x="180" y="40" width="40" height="122" rx="19"/>'
        '<path $shade d="M204 40Q220 42 220 59V143Q220 160 204 162Z"/><circle fill="$dark" cx="200" cy="60" r="7"/>'
        '</g><path fill="#8a6850" d="M150 336Q166 310 200 312T256 336Z"/>',
    ),
    "gloves": (
        92,
        '<g transform="rotate(16 250 300)">'
        '<path fill="$dark" d="M198 276V150Q198 134 210 134T222 150V120Q222 104 235 104T248 120V114Q248 98 261 '
        '98T274 114V132Q276 118 288 118T300 134V276Z"/></g><g transform="rotate(-8 160 336)">'
        '<path fill="$main" d="M110 284V148Q110 132 123 132T136 148V116Q136 100 149 100T162 116V108Q162 92 175 '
        '92T188 108V124Q190 110 202 110T214 126V208L236 178Q246 168 256 176T258 196L214 284Z"/>'
        '<path $line stroke="$dark" stroke-width="4" d="M136 150V196M162 138V192M188 138V196"/>'
        '<path $shade d="M190 284Q214 250 214 208L236 178Q246 168 256 176T258 196L214 284Z"/>'
        '<rect fill="$paper" x="102" y="278" width="122" height="58" rx="8"/>'
        '<path fill="$accent" d="M102 294H224V304H102ZM102 314H224V320H102Z"/></g>',
    ),
    "birdhouse": (
        70,
        '<path fill="$bark" d="M190 276H210V336H190Z"/><path fill="$main" d="M128 154 200 92 272 154V284H128Z"/>'
        '<path $shade d="M200 92 272 154V284H226V114Z"/>'
        '<path $line stroke="$dark" stroke-width="4" d="M128 218H272M128 250H272M128 186H272"/>'
        '<path fill="$bark" d="M106 166 200 78 294 166 282 180 200 104 118 180Z"/>'
        '<circle fill="$ink" cx="200" cy="186" r="29"/>'
        '<path fill="$accent" d="M186 206Q180 178 202 176Q218 176 218 192L230 196 218 200Q216 214 204 215T186 206Z"/>'
        '<circle fill="$ink" cx="208" cy="188" r="3.5"/>'
        '<path $line stroke="$bark" stroke-width="8" d="M200 240V232"/><path fill="$wood" d="M118 280H282V296H118Z"/>',
    ),
    "seeds": (
        74,
        '<g transform="rotate(-4 200 336)"><path fill="$main" d="M130 88H270V336H130Z"/>'
        '<path fill="$paper" d="M130 76H270V112H130Z"/>'
        '<path $line stroke="$metal" stroke-width="3" stroke-dasharray="6 6" d="M134 100H266"/>'
        '<path $line stroke="$fern" stroke-width="9" d="M200 220V322"/>'
        '<path fill="$leaf" d="M200 296Q160 300 148 268Q190 262 200 296ZM200 280Q240 282 250 252Q210 248 200 280Z"/>'
        '<g fill="#f4b92f"><ellipse cx="200" cy="190" rx="15" ry="58"/><ellipse cx="200" cy="190" rx="58" ry="15"/>'
        '<ellipse cx="200" cy="190" rx="15" ry="58" transform="rotate(45 200 190)"/>'
        '<ellipse cx="200" cy="190" rx="15" ry="58" transform="rotate(-45 200 190)"/></g>'
        '<circle fill="#6b4430" cx="200" cy="190" r="26"/><circle fill="#8a5a3c" cx="194" cy="184" r="14"/>'
        '<path $shade d="M244 76H270V336H244Z"/></g>',
    ),
    "doormat": (
        0,
        '<path fill="$table" d="M0 196H400V400H0Z"/><path fill="$edge" d="M0 196H400V202H0Z"/>'
        '<path fill="$dark" d="M92 228H308L352 326V338H48V326Z"/><path fill="$main" d="M92 222H308L352 328H48Z"/>'
        '<path $line stroke="$dark" stroke-width="5" d="M106 234H294L330 316H70Z"/>'
        '<path $line stroke="$ink" stroke-width="12" d="M138 252 176 274 128 296"/>'
        '<path fill="$ink" d="M192 288H254L257 300H191Z"/><path fill="$wood" d="M126 0H274V200H126Z"/>'
        '<path fill="$bark" d="M142 0H192V84H142ZM208 0H258V84H208ZM142 102H192V182H142ZM208 102H258V182H208Z"/>'
        '<circle fill="#e5c46b" cx="264" cy="112" r="7"/>',
    ),
    "twine": (
        92,
        '<path $line stroke="$dark" stroke-width="7" d="M262 318q40 22 62 4t40 8"/>'
        '<circle fill="$main" cx="196" cy="234" r="102"/>'
        '<path $line stroke="$dark" stroke-width="5" d="M110 186Q180 146 276 174M98 214Q184 172 292 202M94 242Q190 '
        '202 298 232M100 270Q196 232 292 264M118 298Q200 262 276 292"/>'
        '<path fill="$light" d="M150 143Q196 120 242 143Q262 236 238 326Q196 344 152 326Q130 236 150 143Z"/>'
        '<path $line stroke="$dark" stroke-width="5" d="M168 138Q150 234 170 332M190 132Q174 234 190 335M212 134Q202 '
        '234 212 334M230 140Q226 234 228 328"/><path $shade d="M226 137A102 102 0 0 1 226 331Q282 234 226 137Z"/>',
    ),
    "sprout": (
        84,
        '<path $line stroke="$leaf" stroke-width="8" d="M200 206Q196 160 202 122"/>'
        '<path fill="$leaf" d="M201 142Q154 144 142 98Q192 92 201 142Z"/>'
        '<path fill="$fern" d="M201 130Q208 80 256 82Q250 130 201 130Z"/>'
        '<path fill="#5f4535" d="M128 196Q200 174 272 196V214H128Z"/>'
        '<path fill="$main" d="M122 222H278L256 320Q252 336 238 336H162Q148 336 144 320Z"/>'
        '<rect fill="$light" x="108" y="196" width="184" height="40" rx="8"/>'
        '<path $shade d="M244 196H284Q292 196 292 204V228Q292 236 284 236H275L256 320Q252 336 238 336H222Z"/>',
    ),
    "puppy": (
        92,
        '<path $line stroke="$dark" stroke-width="18" d="M268 306q44-8 44-48"/>'
        '<path fill="$main" d="M142 336Q126 236 162 206H238Q274 236 258 336Z"/>'
        '<path fill="$light" d="M172 336Q160 260 200 230Q240 260 228 336Z"/>'
        '<path fill="$accent" d="M152 208H248L240 228H160Z"/><circle fill="#e5c46b" cx="200" cy="234" r="10"/>'
        '<path fill="$main" d="M118 150Q118 70 200 70T282 150Q282 214 200 214T118 150Z"/>'
        '<path fill="$light" d="M200 88Q222 130 244 164Q246 214 200 214T156 164Q178 130 200 88Z"/>'
        '<path fill="$dark" d="M140 84Q90 80 84 150Q82 196 106 194Q132 186 128 144Q128 110 152 88ZM260 84Q310 80 316 '
        '150Q318 196 294 194Q268 186 272 144Q272 110 248 88Z"/>$face'
        '<path fill="$light" d="M130 336Q128 314 154 314T178 336ZM222 336Q222 314 246 314T270 336Z"/>'
        '<path $line stroke="$dark" stroke-width="3" d="M148 322V336M160 322V336M240 322V336M252 322V336"/>',
    ),
    "pricked": (
        92,
        '<path fill="$dark" d="M262 318Q330 312 318 236Q304 262 262 276Z"/>'
        '<path fill="$main" d="M142 336Q126 236 162 206H238Q274 236 258 336Z"/>'
        '<path fill="$paper" d="M172 336Q152 262 200 222Q248 262 228 336Z"/>'
        '<path fill="$dark" d="M128 152Q112 60 130 34Q168 54 188 96ZM272 152Q288 60 270 34Q232 54 212 96Z"/>'
        '<path fill="#eab0a4" d="M138 122Q130 80 136 60Q158 76 170 98ZM262 122Q270 80 264 60Q242 76 230 98Z"/>'
        '<path fill="$main" d="M118 154Q118 84 200 84T282 154Q276 216 200 216T118 154Z"/>'
        '<path fill="$paper" d="M200 128Q248 160 244 192Q230 216 200 216T156 192Q152 160 200 128Z"/>'
        '<path fill="$accent" d="M156 210H244L236 230H164Z"/><circle fill="#e5c46b" cx="200" cy="236" r="10"/>$face'
        '<path fill="$light" d="M130 336Q128 314 154 314T178 336ZM222 336Q222 314 246 314T270 336Z"/>',
    ),
    "poodle": (
        96,
        '<path $line stroke="$dark" stroke-width="9" d="M262 300 300 250"/>'
        '<circle fill="$light" cx="304" cy="240" r="22"/>'
        '<path fill="$dark" d="M152 336Q140 246 168 210H232Q260 246 248 336Z"/><g fill="$main">'
        '<circle cx="164" cy="252" r="32"/><circle cx="200" cy="264" r="36"/><circle cx="236" cy="252" r="32"/>'
        '<circle cx="154" cy="316" r="20"/><circle cx="246" cy="316" r="20"/></g>'
        '<path fill="$accent" d="M160 206H240L232 226H168Z"/>'
        '<path fill="$light" d="M134 156Q134 96 200 96T266 156Q264 214 200 214T134 156Z"/><g fill="$main">'
        '<circle cx="200" cy="72" r="38"/><circle cx="162" cy="92" r="30"/><circle cx="238" cy="92" r="30"/>'
        '<circle cx="118" cy="138" r="27"/><circle cx="110" cy="174" r="29"/><circle cx="282" cy="138" r="27"/>'
        '<circle cx="290" cy="174" r="29"/></g>'
        '<path $line stroke="$dark" stroke-opacity=".4" stroke-width="4" d="M186 66q10-12 20 0M154 92q8-10 16 0M230 '
        '92q8-10 16 0M104 170q8-10 16 0M282 170q8-10 16 0M190 268q10-10 20 0"/>$face',
    ),
    "dachshund": (
        144,
        '<path $line stroke="$main" stroke-width="13" d="M328 250q34-14 30-54"/>'
        '<path fill="$dark" d="M126 276H158V336H126ZM286 270H320V336H286Z"/>'
        '<rect fill="$main" x="90" y="212" width="252" height="92" rx="44"/>'
        '<path $shade d="M100 282Q200 306 338 276Q326 304 298 304H134Q110 304 100 282Z"/>'
        '<path fill="$main" d="M102 284H136V326Q136 336 126 336H92Q92 322 102 320ZM262 280H296V326Q296 336 286 '
        '336H252Q252 322 262 320Z"/><path fill="$main" d="M90 262Q80 190 96 152Q130 116 168 150Q180 186 160 262Z"/>'
        '<path fill="$light" d="M106 196Q50 206 32 190Q22 172 46 164L98 144Q132 160 106 196Z"/>'
        '<path fill="$main" d="M90 150Q120 118 152 134Q172 158 150 190Q110 206 92 172Q74 168 90 150Z"/>'
        '<ellipse fill="$ink" cx="40" cy="170" rx="14" ry="12"/><circle fill="$ink" cx="98" cy="156" r="8"/>'
        '<circle fill="#fff" cx="95" cy="153" r="2.6"/>'
        '<path $line stroke="$dark" stroke-width="4" d="M54 188Q76 196 92 184"/>'
        '<path fill="$dark" d="M134 132Q178 128 182 196Q180 230 158 222Q134 206 138 172Z"/>'
        '<path fill="$accent" d="M88 226Q126 244 168 226L166 246Q126 262 89 246Z"/>'
        '<circle fill="#e5c46b" cx="106" cy="258" r="9"/>',
    ),
    "sleeper": (
        140,
        '<ellipse fill="$accent" cx="200" cy="306" rx="150" ry="30"/>'
        '<ellipse $shade cx="200" cy="298" rx="126" ry="20"/>'
        '<path fill="$main" d="M90 292Q84 178 206 172T322 292Q300 314 206 314T90 292Z"/>'
        '<path $line stroke="$dark" stroke-width="20" d="M306 270Q320 310 236 306"/>'
        '<path $shade d="M262 184Q322 212 322 292Q310 304 280 309Q312 244 262 184Z"/>'
        '<path fill="$main" d="M74 254Q74 196 142 196T210 254Q208 306 142 306T74 254Z"/>'
        '<path fill="$light" d="M142 226Q180 250 178 278Q172 306 142 306T106 278Q104 250 142 226Z"/>'
        '<path fill="$dark" d="M92 206Q52 208 52 262Q54 298 74 294Q94 282 88 248ZM192 206Q232 208 232 262Q230 298 '
        '210 294Q190 282 196 248Z"/>'
        '<path $line stroke="$ink" stroke-width="5" d="M102 250q12 10 24 0M158 250q12 10 24 0"/>'
        '<ellipse fill="$ink" cx="142" cy="272" rx="13" ry="10"/>'
        '<path $line stroke="$ink" stroke-width="4" d="M142 280V288q-10 8-18 2M142 288q10 8 18 2"/>'
        '<path $line stroke="$ink" stroke-opacity=".55" stroke-width="6" d="M232 146h22l-22 26h22M270 98h28l-28 '
        '32h28"/>',
    ),
}
