"""What the customers of the demo's little shop write, in four languages.

Everything here was written for the demo. `{n}` becomes a number that differs each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Place = Literal["review", "mention", "alert"]


@dataclass(frozen=True, slots=True)
class Story:
    """One thing somebody might publish."""

    place: Place
    language: str
    text: str
    stars: int = 0
    title: str = ""


NAMES: dict[str, tuple[str, ...]] = {
    "en": ("Sara Whitby", "Tom Hale", "Lena Marsh", "Priya N.", "Jonas", "Grace Oduya", "Kit"),
    "ru": ("Марина", "Алексей Громов", "Тимур", "Ольга С.", "Дмитрий", "Ника"),
    "ar": ("محمد", "سلمى", "يوسف الكردي", "نور", "هدى", "عمر"),
    "fa": ("مریم", "رضا", "نیلوفر", "کاوه", "سارا احمدی", "امیر"),
}


def _review(language: str, stars: int, title: str, text: str) -> Story:
    return Story("review", language, text, stars, title)


def _mention(language: str, text: str) -> Story:
    return Story("mention", language, text)


def _alert(language: str, title: str, text: str) -> Story:
    return Story("alert", language, text, title=title)


STORIES: tuple[Story, ...] = (
    _review(
        "en",
        1,
        "Still no refund",
        "Third week waiting for my refund of order {n}. Nobody answers the phone and I am done asking politely.",
    ),
    _review(
        "en",
        5,
        "Love it",
        "Love the new reading lamp, it arrived a day early and the box was lovely too. Thank you!",
    ),
    _review(
        "en",
        2,
        "Broken hinge",
        "The hinge broke after two days. The cabinet itself is fine, but I expected better for this price.",
    ),
    _review(
        "en",
        4,
        "Good, one wish",
        "Solid app, quick checkout. I only miss a dark mode for evening shopping.",
    ),
    _review(
        "en", 3, "So so", "Delivery was on time, the colour is not quite what the photo shows."
    ),
    _review(
        "en",
        5,
        "Great, as always",
        "Oh wonderful, charged twice for order {n} and the chat bot tells me to have a nice day.",
    ),
    _review(
        "en",
        1,
        "App closes",
        "Since the update the app closes as soon as I open the basket. Phone is new.",
    ),
    _review(
        "en",
        5,
        "Kind people",
        "Your support talked me through the assembly for half an hour. Patient and kind, never had that before.",
    ),
    _mention("en", "@lampandloom do you ship to Iceland, and how long does it take?"),
    _mention("en", "@lampandloom order {n} says delivered but there is nothing at my door. Help?"),
    _mention(
        "en", "Shout-out to @lampandloom for replacing my cracked shade without a single question."
    ),
    _mention("en", "@lampandloom what are your opening hours on Saturday?"),
    _mention(
        "en", "Day 9 without an answer from @lampandloom. I would like my money back, please."
    ),
    _review(
        "ru",
        1,
        "Не пришёл заказ",
        "Заказ {n} должен был приехать в понедельник. Уже пятница, заказа нет, на письма не отвечают.",
    ),
    _review(
        "ru", 5, "Отлично", "Быстро доставили, лампа светит мягко, ребёнку очень нравится. Спасибо!"
    ),
    _review(
        "ru",
        2,
        "Царапина",
        "Столик пришёл с глубокой царапиной на крышке. Упаковка целая, значит, так и отправили.",
    ),
    _review(
        "ru",
        4,
        "Хороший магазин",
        "Покупаю третий раз, всё хорошо, только оплата прошла не с первого раза.",
    ),
    _review(
        "ru",
        1,
        "Не рекомендую",
        "Вернули деньги только через месяц и без извинений. Не рекомендую.",
    ),
    _mention("ru", "@lampandloom А доставка в Казань есть? Сколько ждать?"),
    _mention("ru", "@lampandloom приложение не открывается после обновления, что делать?"),
    _mention("ru", "Спасибо @lampandloom, поменяли абажур за один день, приятно удивлён."),
    _mention("ru", "@lampandloom дважды списали деньги за заказ {n}, верните, пожалуйста."),
    _review(
        "ar",
        1,
        "التطبيق لا يعمل",
        "التطبيق لا يفتح منذ التحديث الأخير، حاولت حذفه وتثبيته من جديد دون فائدة.",
    ),
    _review("ar", 5, "خدمة ممتازة", "وصل الطلب قبل الموعد والتغليف جميل جدا، شكرا لكم."),
    _review("ar", 2, "جودة أقل من المتوقع", "المصباح وصل مخدوشا، والسعر لا يناسب هذه الجودة."),
    _review("ar", 4, "تجربة جيدة", "تجربة جيدة بشكل عام، لكن أتمنى أن تضيفوا الدفع عند الاستلام."),
    _mention("ar", "@lampandloom هل يوجد توصيل إلى عمّان؟ وكم يستغرق؟"),
    _mention("ar", "@lampandloom طلبي رقم {n} لم يصل حتى الآن، أرجو الرد."),
    _mention("ar", "شكرا @lampandloom على سرعة الاستبدال، تعامل راق فعلا."),
    _mention("ar", "@lampandloom خصمتم المبلغ مرتين من حسابي، متى يعود المال؟"),
    _review(
        "fa",
        1,
        "سفارشم نرسیده",
        "دو هفته است سفارش {n} را ثبت کرده‌ام و هنوز نرسیده. پشتیبانی هم جواب نمی‌دهد.",
    ),
    _review("fa", 5, "عالی بود", "کیفیت عالی و بسته‌بندی تمیز، خیلی زودتر از موعد رسید. ممنونم."),
    _review("fa", 2, "رنگ اشتباه", "رنگ میز با عکس فرق دارد و لبه‌اش لب‌پر شده بود."),
    _review("fa", 3, "معمولی", "بد نیست، ولی با این قیمت انتظار بیشتری داشتم."),
    _mention("fa", "@lampandloom ارسال به شیراز هم دارید؟ چند روز طول می‌کشد؟"),
    _mention("fa", "@lampandloom برنامه بعد از به‌روزرسانی باز نمی‌شود."),
    _mention("fa", "دمتون گرم @lampandloom، چراغ شکسته را همان روز عوض کردند."),
    _mention("fa", "@lampandloom پول سفارش {n} دو بار کم شده، لطفا برگردانید."),
    _alert(
        "en",
        "Lamp & Loom opens a second workshop",
        "The furniture maker Lamp & Loom opens its second workshop in Leeds this spring, the company said on Monday.",
    ),
    _alert(
        "en",
        "Five desk lamps compared",
        "We compared five desk lamps below 80 euros; the Loom Nine came third.",
    ),
    _alert(
        "en",
        "Parcel strike enters its second week",
        "Carriers expect delays of three to five days in the north.",
    ),
    _alert(
        "ru",
        "Обзор настольных ламп",
        "Сравнили семь настольных ламп: модель Loom Nine заняла третье место.",
    ),
    _alert(
        "ar", "معرض الأثاث المنزلي", "تشارك شركة لامب أند لوم في معرض الأثاث المنزلي هذا الشهر."
    ),
    _alert("fa", "مقایسه چراغ‌های مطالعه", "هفت چراغ مطالعه را مقایسه کردیم؛ مدل لوم ناین سوم شد."),
)

SECOND_THOUGHTS: dict[str, tuple[int, str]] = {
    "en": (4, "Edit: they called me back the same day and fixed it. Credit where it is due."),
    "ru": (4, "Дополнение: перезвонили в тот же день и всё исправили, повышаю оценку."),
    "ar": (4, "تعديل: اتصلوا بي في اليوم نفسه وحلّوا المشكلة، أرفع تقييمي."),
    "fa": (4, "ویرایش: همان روز تماس گرفتند و مشکل حل شد، امتیازم را بالا بردم."),
}
"""What a reviewer adds, with new stars, after an answer that helped."""

ANSWERS: dict[str, dict[str, str]] = {
    "en": {
        "negative": "Hello {name}, thank you for telling us. I am sorry about this and understand how tiring it is. I have opened a case for you and will send you the result by tomorrow noon. Please write to help@lampandloom.example so that I can see your order.",
        "other": "Hello {name}, thank you for writing! We deliver within five days and are open from 9 to 17. I am happy to help with anything else.",
    },
    "ru": {
        "negative": "Здравствуйте, {name}! Спасибо, что написали. Нам очень жаль, понимаем вашу досаду. Мы уже проверяем заказ и ответим завтра до обеда. Напишите, пожалуйста, на help@lampandloom.example.",
        "other": "Здравствуйте, {name}! Спасибо за сообщение. Доставляем за пять дней, работаем с 9 до 17. Будем рады помочь ещё.",
    },
    "ar": {
        "negative": "مرحبا {name}، شكرا لإبلاغنا. نعتذر عما حدث ونتفهم انزعاجك. نراجع طلبك الآن وسنرد عليك قبل ظهر الغد. راسلنا على help@lampandloom.example من فضلك.",
        "other": "مرحبا {name}، شكرا لرسالتك. نوصل خلال خمسة أيام ونعمل من 9 إلى 17. يسعدنا أن نساعدك دائما.",
    },
    "fa": {
        "negative": "سلام {name}، ممنون که خبر دادید. بابت این اتفاق عذرخواهی می‌کنیم و ناراحتی شما را درک می‌کنیم. سفارش را بررسی می‌کنیم و تا ظهر فردا خبر می‌دهیم. لطفا به help@lampandloom.example بنویسید.",
        "other": "سلام {name}، ممنون از پیام شما. ارسال تا پنج روز طول می‌کشد و از ۹ تا ۱۷ هستیم. خوشحال می‌شویم باز هم کمک کنیم.",
    },
}
"""What the automatic agent of the headless demo answers."""
