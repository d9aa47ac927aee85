//! Answers in a locale. An instance may work on several answers in turn, so the locale is set whenever one goes on, and
//! set back whenever it waits.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::{CURRENT, Locale};

/// Holds work that is done in a locale.
struct Speaking<'a, T> {
    locale: Locale,
    work: Pin<Box<dyn Future<Output = T> + 'a>>,
}

/// Does work in a locale, whatever other work is done in between.
pub fn speaking<'a, T: 'a>(locale: Locale, work: impl Future<Output = T> + 'a) -> impl Future<Output = T> + 'a {
    Speaking { locale, work: Box::pin(work) }
}

impl<T> Future for Speaking<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let before = CURRENT.replace(self.locale);
        let progress = self.work.as_mut().poll(context);
        CURRENT.set(before);
        progress
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Language, current};
    use super::*;
    use std::future::poll_fn;

    /// Gives way once, so that other work goes on first.
    async fn give_way() {
        let mut gave = false;
        poll_fn(|context| {
            if gave {
                return Poll::Ready(());
            }
            gave = true;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    #[test]
    fn answers_that_are_worked_on_in_turn_keep_their_own_language() {
        let answer = |language| {
            speaking(Locale { language, ..Locale::default() }, async {
                let first = current().language;
                give_way().await;
                (first, current().language)
            })
        };
        let both = async { futures::join!(answer(Language::German), answer(Language::English)) };
        let (german, english) = futures::executor::block_on(both);
        assert_eq!(german, (Language::German, Language::German));
        assert_eq!(english, (Language::English, Language::English));
        assert_eq!(current(), Locale::default());
    }
}
